enum AMFPlaceholder {}
