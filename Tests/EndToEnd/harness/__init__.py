"""What the end-to-end tests are made of: processes, the server, media, players, a raw RTMP peer and a browser."""
