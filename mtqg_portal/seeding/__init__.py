"""The fictitious province "Tỉnh Mẫu": every name, figure and post here is invented."""
