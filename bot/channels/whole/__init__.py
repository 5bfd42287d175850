"""An answer that a platform has cut, whole, on a page of ours: for a day, and for whoever was given the link."""
