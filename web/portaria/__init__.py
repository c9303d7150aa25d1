"""Who is let in: the token, the rates, the turns, the browsers; asked at every edge before anything is done."""
