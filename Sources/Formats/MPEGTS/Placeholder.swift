enum MPEGTSPlaceholder {}
