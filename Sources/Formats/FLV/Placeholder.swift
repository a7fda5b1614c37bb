enum FLVPlaceholder {}
