enum SegmentPackagingPlaceholder {}
