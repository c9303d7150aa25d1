"""What the actors of an empresa share: how they find each other, and what is counted of them."""
