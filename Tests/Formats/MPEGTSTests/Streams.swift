import MPEGTS
import MediaModel
import NIOCore
import TestSupport
import Testing

/// A track of MP3: frames of 1152 samples at 48 kHz, 2160 ticks of 90 kHz.
func mp3Track(_ number: UInt8 = 0, sampleRate: Int = 48_000, language: String? = nil) -> Track {
    Track(
        id: Track.ID(.audio, number), timescale: .milliseconds,
        configuration: CodecConfiguration(
            audio: .mp3, format: AudioFormat(sampleRate: sampleRate, channelCount: 2, samplesPerFrame: 1152)),
        language: language)
}

/// A frame of `length` bytes that depend on `seed`.
func soundFrame(of track: Track, length: Int, seed: Int = 0) -> MediaFrame {
    MediaFrame(
        track: track, decodeTime: 0, isSync: true,
        payload: ByteBuffer(bytes: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 11 &+ seed) }))
}

/// Everything that a demuxer tells about a whole stream.
func demux(_ bytes: ByteBuffer) throws -> [TransportStreamDemuxer.Event] {
    var demuxer = TransportStreamDemuxer()
    var events: [TransportStreamDemuxer.Event] = []
    try demuxer.receive(bytes, into: &events)
    try demuxer.finish(into: &events)
    return events
}

extension [TransportStreamDemuxer.Event] {
    var packets: [PESPacket] {
        compactMap { event in
            if case .packet(let packet) = event { packet } else { nil }
        }
    }

    func packets(at rawIdentifier: UInt16) -> [PESPacket] {
        packets.filter { $0.identifier.rawValue == rawIdentifier }
    }

    var clocks: [UInt64] {
        compactMap { event in
            if case .clock(_, let ticks, _) = event { ticks } else { nil }
        }
    }

    var discontinuities: Int {
        count { event in
            if case .clock(_, _, isDiscontinuity: true) = event { true } else { false }
        }
    }

    var brokenCounters: Int {
        count { event in
            if case .continuityBroken = event { true } else { false }
        }
    }

    /// The longest step between two clock references, in ticks of 90 kHz, the wrap after 33 bits counted through.
    var longestClockStep: Int {
        zip(clocks, clocks.dropFirst()).map { Int(($1 / 300 &- $0 / 300) & 0x1_FFFF_FFFF) }.max() ?? 0
    }
}
