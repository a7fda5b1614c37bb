enum CodecParsingPlaceholder {}
