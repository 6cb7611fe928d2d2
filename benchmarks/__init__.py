"""Questions with numbers for answers; nothing imports this folder."""
