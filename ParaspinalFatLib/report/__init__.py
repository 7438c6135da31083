"""Pictures and documents of a finished case, for people to judge it by."""
