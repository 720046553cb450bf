"""What the keys do: one class of actions for each concern, all of them parts of the app."""
