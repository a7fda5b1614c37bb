enum M3U8Placeholder {}
