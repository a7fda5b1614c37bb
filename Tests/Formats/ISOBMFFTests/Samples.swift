import ISOBMFF
import MediaModel
import NIOCore
import TestSupport
import Testing

/// The record of x264 for 320×240 pictures, High profile.
let avcRecord = ByteBuffer(
    hex: """
        0164000dffe10019 6764000dacd94141fb01100000030010000003032 0f1429960 01000668ebe3cb22c0 fdf8f800
        """)

let h264 = CodecConfiguration(
    video: .h264, record: avcRecord, format: VideoFormat(width: 320, height: 240, frameRate: 25))
/// The record of x264 for samples of 4:3, BT.709 primaries, sRGB transfer, SMPTE 170M matrix, full range.
let anamorphic = CodecConfiguration(
    video: .h264,
    record: ByteBuffer(
        hex: """
            0164000dffe1001b 6764000dacd94141fb0e6e021a0c800000030080000019078a14cb 01000668ebe3cb22c0 fdf8f800
            """),
    format: VideoFormat(
        width: 320, height: 240, sampleAspectRatio: SampleAspectRatio(width: 4, height: 3),
        color: ColorDescription(
            primaries: 1, transferCharacteristics: 13, matrixCoefficients: 6, isFullRange: true)))
let aac = CodecConfiguration(
    audio: .aac, record: ByteBuffer(hex: "1210"),
    format: AudioFormat(sampleRate: 44_100, channelCount: 2, samplesPerFrame: 1024))
let mp3 = CodecConfiguration(audio: .mp3, format: AudioFormat(sampleRate: 48_000, channelCount: 2))

/// The configuration as a file tells it: without what sample entries have no field for.
func asRead(_ configuration: CodecConfiguration) -> CodecConfiguration {
    if var format = configuration.video {
        format.frameRate = nil
        format.bitDepth = nil
        // A description that describes nothing is not written.
        if format.color == ColorDescription() { format.color = nil }
        return CodecConfiguration(video: configuration.codec, record: configuration.record, format: format)
    }
    if var format = configuration.audio {
        format.samplesPerFrame = nil
        format.channelLayout = nil
        return CodecConfiguration(audio: configuration.codec, record: configuration.record, format: format)
    }
    return configuration
}

/// A sample whose payload is `length` bytes that depend on `seed`.
func sample(
    duration: UInt32, offset: Int32 = 0, sync: Bool = true, disposable: Bool = false, length: Int, seed: UInt8 = 1
) -> FragmentSample {
    FragmentSample(
        duration: duration, compositionOffset: offset, isSync: sync, isDisposable: disposable,
        payload: ByteBuffer(bytes: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) &+ seed }))
}

func written(_ segment: InitializationSegment) throws -> ByteBuffer {
    var bytes = ByteBuffer()
    try segment.write(into: &bytes)
    return bytes
}

func written(_ fragment: MovieFragment, startsSegment: Bool = false) throws -> ByteBuffer {
    var bytes = ByteBuffer()
    try fragment.write(startsSegment: startsSegment, into: &bytes)
    return bytes
}

/// The first box at the end of `path`, from the outermost inwards; sample entries, `stsd` and `dref` have fields
/// of their own before the boxes inside.
func box(_ path: [BoxType], in bytes: ByteBuffer) throws -> Box {
    var reader = BoxReader(bytes)
    var found = try #require(try reader.next(path[0]))
    for type in path.dropFirst() {
        let fieldsLength: [BoxType: Int] = [
            "stsd": 8, "dref": 8, "mp4a": 28, "Opus": 28, "fLaC": 28, "ac-3": 28, "ec-3": 28, "avc1": 78, "hvc1": 78,
            "vvc1": 78, "av01": 78, "vp09": 78, "vp08": 78,
        ]
        found = try found.requiredChild(type, after: fieldsLength[found.type] ?? 0)
    }
    return found
}

/// The types of the boxes side by side in `reader`.
func types(in reader: BoxReader) throws -> [BoxType] {
    var reader = reader
    var types: [BoxType] = []
    while let box = try reader.next() { types.append(box.type) }
    return types
}
