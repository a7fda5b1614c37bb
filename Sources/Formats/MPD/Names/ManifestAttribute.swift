/// The attributes that are read and written, by their names; others are passed over.
public enum ManifestAttribute: String, Hashable, Sendable, CaseIterable {
    case audioSamplingRate, availabilityStartTime, availabilityTimeComplete, availabilityTimeOffset, bandwidth, codecs
    case contentType, d, dT, duration, frameRate, height, id, inband, initialization, lang, max, maxFrameRate
    case maxHeight, maxSegmentDuration, maxWidth, media, mediaPresentationDuration, mimeType, min, minBufferTime
    case minimumUpdatePeriod, par, presentationTime, presentationTimeOffset, profiles, publishTime, r, referenceId, sar
    case schemeIdUri, segmentAlignment, start, startNumber, startWithSAP, suggestedPresentationDelay, t, target
    case timeShiftBufferDepth, timescale, type, value, wallClockTime, width, xmlns
}
