import MediaModel
import NIOCore
import RecordingPlan
import TestSupport

/// A publisher made of rules, whose frames are known again in a file: each payload is different.
struct Source {
    /// 1280 × 720, High profile, level 3.1, as x264 writes it.
    static let record = "0164001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0"
    /// The same at level 3.0.
    static let otherRecord = "0164001effe1001a6764001eacd9405005bb0110000003001000000303c0f183196001000668ebe3cb22c0"

    var video: Track? = Self.pictures()
    var audio: Track? = Self.sound()
    private var count: UInt32 = 0

    static func pictures(_ number: UInt8 = 0, record: String = record) -> Track {
        Track(
            id: .init(.video, number), timescale: .milliseconds,
            configuration: CodecConfiguration(
                video: .h264, record: ByteBuffer(hex: record), format: VideoFormat(width: 1280, height: 720)))
    }

    static func sound(_ number: UInt8 = 0, record: String = "1210") -> Track {
        Track(
            id: .init(.audio, number), timescale: .milliseconds,
            configuration: CodecConfiguration(
                audio: .aac, record: ByteBuffer(hex: record),
                format: AudioFormat(sampleRate: 44_100, channelCount: 2, samplesPerFrame: 1024)))
    }

    var tracks: StreamElement { .tracks([video, audio].compactMap { $0 }) }

    /// Pictures every 40 ms, each `group` of them with a sync frame, and sound, with times from `from` to before `to`.
    mutating func elements(from: Int64, to: Int64, group: Int64 = 25) -> [StreamElement] {
        var timed: [(Int64, Track, Bool)] = []
        if let video {
            for time in stride(from: (from + 39) / 40 * 40, to: to, by: 40) {
                timed.append((time, video, time / 40 % group == 0))
            }
        }
        if let audio {
            var index = (from * 44_100 + 1_023_999) / 1_024_000
            while index * 1_024_000 / 44_100 < to {
                timed.append((index * 1_024_000 / 44_100, audio, true))
                index += 1
            }
        }
        return timed.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
            .map { frame($0.element.1, at: $0.element.0, isSync: $0.element.2) }
    }

    mutating func frame(_ track: Track, at time: Int64, isSync: Bool = true, size: Int = 4) -> StreamElement {
        count += 1
        var payload = ByteBuffer()
        if track.kind == .video {
            payload.writeInteger(UInt32(1 + 4 + size))
            payload.writeInteger(UInt8(isSync ? 0x65 : 0x41))
        }
        // Each byte looks like no start code.
        for shift in [15, 10, 5, 0] { payload.writeInteger(0x80 | UInt8(truncatingIfNeeded: (count >> shift) & 0x1F)) }
        payload.writeRepeatingByte(0xEE, count: size)
        return .frame(MediaFrame(track: track, decodeTime: time, isSync: isSync, payload: payload))
    }
}

/// What comes of a plan, file by file.
struct Written {
    struct File {
        var beginning: RecordingBeginning
        var bytes = ByteBuffer()
        var blocks: [RecordingBlock] = []
        var ending: RecordingEnding?
        var duration: Int64?
    }

    var files: [File] = []

    mutating func take(_ actions: [RecordingAction]) {
        for action in actions {
            switch action {
            case .begin(let beginning): files.append(File(beginning: beginning))
            case .write(let block):
                files[files.count - 1].bytes.writeImmutableBuffer(block.bytes)
                files[files.count - 1].blocks.append(block)
            case .end(let ending, let duration):
                files[files.count - 1].ending = ending
                files[files.count - 1].duration = duration
            }
        }
    }

    /// Appends elements, at wallclock times that begin at 8 o'clock on 30 November 2026.
    mutating func append(
        _ elements: [StreamElement], to plan: inout FilePlan, wallclock: Int64 = 1_796_025_600_000
    ) {
        for element in elements {
            var actions: [RecordingAction] = []
            plan.append(element, wallclock: wallclock, into: &actions)
            take(actions)
        }
    }

    mutating func finish(_ plan: inout FilePlan, _ ending: RecordingEnding = .streamEnded) {
        var actions: [RecordingAction] = []
        plan.finish(ending, into: &actions)
        take(actions)
    }
}

extension [StreamElement] {
    func payloads(_ id: Track.ID) -> [ByteBuffer] {
        compactMap { element in
            guard case .frame(let frame) = element, frame.track.id == id else { return nil }
            return frame.payload
        }
    }
}
