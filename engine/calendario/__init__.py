"""Business time: calendars, their holidays, and how long something takes by them."""
