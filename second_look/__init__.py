"""The command `second-look` and, in an installed copy, the application's own folder."""
