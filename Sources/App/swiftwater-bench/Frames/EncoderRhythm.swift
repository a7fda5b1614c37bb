import NIOCore

/// When an encoder sends what: constant bit rate, constant frame rate, a key frame at the beginning of every group.
struct EncoderRhythm: Sendable {
    /// Bits per second of pictures and sound together.
    var bitsPerSecond: Double = 2_500_000
    /// Pictures per second.
    var framesPerSecond: Double = 30
    /// Pictures from one key frame to the next.
    var groupLength = 60
    /// Bits per second of the sound; none without sound.
    var audioBitsPerSecond: Double = 128_000
    /// 1,024 samples of 48 kHz in each frame of sound.
    var audioFramesPerSecond: Double = 46.875
    /// Further tracks of sound, which old players do not take; each has a frame of its own for each frame of sound.
    var sideTracks = 0
    /// Seconds by which timestamps move on in a second.
    var speed: Double = 1

    /// How many times as long as another picture a key frame is.
    private static let keyFrameWeight = 6.0

    /// Bytes of the body of picture `number`.
    func videoBytes(_ number: Int) -> Int {
        let group = (bitsPerSecond - audioBitsPerSecond) / 8 * Double(groupLength) / framesPerSecond
        let unit = group / (Double(groupLength - 1) + Self.keyFrameWeight)
        let weight = isKey(number) ? Self.keyFrameWeight : 1
        return max(StampedBody.leastBytes, Int(unit * weight))
    }

    /// Bytes of the body of each frame of sound.
    var audioBytes: Int {
        max(StampedBody.leastBytes, Int(audioBitsPerSecond / 8 / audioFramesPerSecond))
    }

    func isKey(_ number: Int) -> Bool { number.isMultiple(of: groupLength) }

    /// The timestamp of what is sent so many nanoseconds after the beginning, in milliseconds.
    func timestamp(_ time: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: speed == 1 ? time / 1_000_000 : UInt64(Double(time) * speed / 1e6))
    }

    /// Nanoseconds from the beginning to picture `number`.
    func videoTime(_ number: Int) -> UInt64 { UInt64(Double(number) * 1e9 / framesPerSecond) }

    /// Nanoseconds from the beginning to frame of sound `number`.
    func audioTime(_ number: Int) -> UInt64 { UInt64(Double(number) * 1e9 / audioFramesPerSecond) }
}

/// An encoder that has no picture: it makes stamped frames, each when its time has come.
struct PacedEncoder: Sendable {
    /// A frame that is due.
    struct Frame {
        var isVideo: Bool
        /// When its time came, on the machine's monotonic clock in nanoseconds.
        var due: UInt64
        /// The timestamp that it travels with.
        var timestampMilliseconds: UInt32
        var isKey: Bool
        private var kind: StampedBody.Kind { !isVideo ? .audio : isKey ? .key : .inter }
        private var sequence: Int
        private var bodyBytes: Int
        private var publisher: Int

        fileprivate init(_ encoder: PacedEncoder, video number: Int) {
            isVideo = true
            isKey = encoder.rhythm.isKey(number)
            let time = encoder.rhythm.videoTime(number)
            due = encoder.start + time
            timestampMilliseconds = encoder.rhythm.timestamp(time)
            bodyBytes = encoder.rhythm.videoBytes(number)
            sequence = number
            publisher = encoder.publisher
        }

        fileprivate init(_ encoder: PacedEncoder, audio number: Int) {
            isVideo = false
            isKey = false
            let time = encoder.rhythm.audioTime(number)
            due = encoder.start + time
            timestampMilliseconds = encoder.rhythm.timestamp(time)
            bodyBytes = encoder.rhythm.audioBytes
            sequence = number
            publisher = encoder.publisher
        }

        /// The body, stamped with the moment at which it is sent.
        func body(sentAt: UInt64) -> ByteBuffer {
            StampedBody.make(
                kind, FrameStamp(publisher: publisher, sequence: sequence, sentAt: sentAt, bodyBytes: bodyBytes))
        }
    }

    let rhythm: EncoderRhythm
    let publisher: Int
    /// When the first frame is due, on the machine's monotonic clock in nanoseconds.
    let start: UInt64
    private var pictures = 0
    private var sounds = 0

    init(rhythm: EncoderRhythm, publisher: Int, start: UInt64) {
        self.rhythm = rhythm
        self.publisher = publisher
        self.start = start
    }

    private var nextPictureTime: UInt64 { start + rhythm.videoTime(pictures) }
    private var nextSoundTime: UInt64? { rhythm.audioBitsPerSecond > 0 ? start + rhythm.audioTime(sounds) : nil }

    /// When the next frame is due.
    var nextDue: UInt64 { min(nextPictureTime, nextSoundTime ?? .max) }

    /// The next frame whose time has come by `now`.
    mutating func next(at now: UInt64) -> Frame? {
        guard nextDue <= now else { return nil }
        if let nextSoundTime, nextSoundTime < nextPictureTime {
            sounds += 1
            return Frame(self, audio: sounds - 1)
        }
        pictures += 1
        return Frame(self, video: pictures - 1)
    }
}
