import MediaModel
import NIOCore
import TestSupport

/// A publisher made of rules: pictures and sound with millisecond times, as RTMP brings them, each frame with a number of
/// its own inside so that it is known again in a segment.
struct SyntheticSource {
    /// 1280 × 720, High profile, level 3.1, as x264 writes it.
    static let pictureRecord = ByteBuffer(
        hex: """
            0164001fffe1001a6764001facd9405005bb011000000300100000030
            3c0f183196001000668ebe3cb22c0
            """)
    /// The same at level 3.0.
    static let otherPictureRecord = ByteBuffer(
        hex: """
            0164001effe1001a6764001eacd9405005bb011000000300100000030
            3c0f183196001000668ebe3cb22c0
            """)

    static func pictures(record: ByteBuffer = pictureRecord) -> Track {
        Track(
            id: .init(.video), timescale: .milliseconds,
            configuration: CodecConfiguration(
                video: .h264, record: record, format: VideoFormat(width: 1280, height: 720)))
    }

    /// AAC-LC, 44,100 Hz, stereo.
    static func sound(number: UInt8 = 0, language: String? = nil) -> Track {
        Track(
            id: .init(.audio, number), timescale: .milliseconds,
            configuration: CodecConfiguration(
                audio: .aac, record: ByteBuffer(hex: "1210"),
                format: AudioFormat(sampleRate: 44_100, channelCount: 2, samplesPerFrame: 1024)),
            language: language)
    }

    /// A frame and when it is sent.
    struct Timed {
        var frame: MediaFrame
        var milliseconds: Int64
    }

    var video: Track? = pictures()
    var audio: Track? = sound()
    /// Frames per second of the pictures.
    var frameRate = 30
    /// Frames from sync frame to sync frame.
    var groupLength = 60
    /// Presentation minus decoding time of the pictures, in milliseconds, taken in turn.
    var compositionOffsets: [Int32] = [0]
    /// The time of the first frame in the source.
    var origin: Int64 = 0
    /// How much later sound is sent than its time says.
    var soundLag: Int64 = 0
    /// The number of the next frame of each kind.
    private(set) var pictureNumber = 0
    private(set) var soundNumber = 0

    /// The frames with times from `from` to before `to`, in milliseconds behind `origin`, in the order of sending.
    mutating func frames(from: Int64, to: Int64) -> [MediaFrame] {
        var timed: [Timed] = []
        if let video {
            let first = (from * Int64(frameRate) + 999) / 1000
            var index = first
            while index * 1000 / Int64(frameRate) < to {
                let time = index * 1000 / Int64(frameRate)
                let isSync = index % Int64(groupLength) == 0
                timed.append(Timed(frame: picture(of: video, at: origin + time, isSync: isSync), milliseconds: time))
                index += 1
            }
        }
        if let audio {
            var index = (from * 44_100 + 1_023_999) / 1_024_000
            while index * 1_024_000 / 44_100 < to {
                let time = index * 1_024_000 / 44_100
                timed.append(Timed(frame: sample(of: audio, at: origin + time), milliseconds: time + soundLag))
                index += 1
            }
        }
        // A stable order: pictures go before sound of the same time.
        return timed.enumerated().sorted { ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset) }
            .map(\.element.frame)
    }

    mutating func picture(of track: Track, at time: Int64, isSync: Bool, size: Int = 0) -> MediaFrame {
        pictureNumber += 1
        let mark = Self.mark(pictureNumber)
        var payload = ByteBuffer()
        payload.writeInteger(UInt32(1 + mark.count + size))
        payload.writeInteger(UInt8(isSync ? 0x65 : 0x41))
        payload.writeBytes(mark)
        payload.writeRepeatingByte(0xEE, count: size)
        let offset = compositionOffsets[pictureNumber % compositionOffsets.count]
        return MediaFrame(
            track: track, decodeTime: time, compositionOffset: offset, isSync: isSync, payload: payload)
    }

    mutating func sample(of track: Track, at time: Int64) -> MediaFrame {
        soundNumber += 1
        return MediaFrame(
            track: track, decodeTime: time, isSync: true, payload: ByteBuffer(bytes: [0x21] + Self.mark(soundNumber)))
    }

    /// A number in bytes that look like no start code.
    static func mark(_ number: Int) -> [UInt8] {
        (0..<6).map { 0x80 | UInt8(truncatingIfNeeded: (number >> (5 * (5 - $0))) & 0x1F) }
    }
}
