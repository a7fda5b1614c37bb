"""A validator of live HLS playlists: it watches a stream as a player would, and holds everything against the rules."""
