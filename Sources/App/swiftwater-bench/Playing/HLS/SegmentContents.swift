import ISOBMFF
import MPEGTS
import MediaModel
import NIOCore

/// What a segment or part turned out to hold.
struct SegmentContents {
    /// Where a track's decode times stand behind the segment, in ticks of its own.
    struct TrackTimes: Equatable {
        var first: Int64
        /// The first time of what follows, give or take `tolerance`.
        var following: Int64
        var tolerance: Int64
        /// The clock of MPEG-TS begins again at 2^33.
        var modulus: Int64?

        func isFollowed(by other: TrackTimes) -> Bool {
            var distance = other.first - following
            if let modulus { distance = (distance % modulus + modulus + modulus / 2) % modulus - modulus / 2 }
            return abs(distance) <= tolerance
        }
    }

    private(set) var tracks: [Int: TrackTimes] = [:]
    /// The stamped frames in the order in which they lie there.
    private(set) var frames: [(kind: StampedBody.Kind, stamp: FrameStamp)] = []
    /// Frames that were not what the publisher sent, and breaks of the container itself.
    private(set) var damaged = 0

    /// Takes apart a segment; `initialization` is what goes before it, which MPEG-TS has not.
    init(_ bytes: ByteBuffer, initialization: InitializationSegment?) {
        do {
            if let initialization {
                try readFragments(bytes, initialization)
            } else {
                try readTransportStream(bytes)
            }
        } catch {
            damaged += 1
        }
        if tracks.isEmpty { damaged += 1 }
    }

    /// Whether every track goes on where it stood behind `earlier`.
    func continues(_ earlier: SegmentContents) -> Bool {
        tracks.allSatisfy { track, times in earlier.tracks[track].map { $0.isFollowed(by: times) } ?? true }
    }

    private mutating func take(_ reading: StampedBody.Reading) {
        switch reading {
        case .beside: break
        case .damaged: damaged += 1
        case .frame(let kind, let stamp): frames.append((kind, stamp))
        }
    }
}

// MARK: Fragmented MP4

extension SegmentContents {
    private mutating func readFragments(
        _ bytes: ByteBuffer, _ initialization: InitializationSegment
    ) throws(ISOBMFFFault) {
        for fragment in try MovieFragment.readAll(in: bytes) {
            for track in fragment.tracks {
                let index = Int(track.trackID) - 1
                guard initialization.tracks.indices.contains(index) else {
                    damaged += 1
                    continue
                }
                let end = track.samples.reduce(track.baseMediaDecodeTime) { $0 &+ Int64($1.duration) }
                let times = TrackTimes(first: track.baseMediaDecodeTime, following: end, tolerance: 0)
                if let known = tracks[index] {
                    if !known.isFollowed(by: times) { damaged += 1 }
                    tracks[index]?.following = end
                } else {
                    tracks[index] = times
                }
                let isVideo = initialization.tracks[index].configuration.codec.kind == .video
                for sample in track.samples {
                    take(StampedPayload.read(sample.payload, kind: !isVideo ? .audio : sample.isSync ? .key : .inter))
                }
            }
        }
    }
}

// MARK: MPEG-TS

extension SegmentContents {
    private mutating func readTransportStream(_ bytes: ByteBuffer) throws(MPEGTSFault) {
        var demuxer = TransportStreamDemuxer()
        var events: [TransportStreamDemuxer.Event] = []
        try demuxer.receive(bytes, into: &events)
        try demuxer.finish(into: &events)
        for event in events {
            switch event {
            case .packet(let packet): take(packet)
            case .continuityBroken: damaged += 1
            case .programAssociation, .programMap, .clock: break
            }
        }
        if !bytes.readableBytes.isMultiple(of: 188) { damaged += 1 }
    }

    private mutating func take(_ packet: PESPacket) {
        if let time = packet.decodeTime { note(Int64(time), of: Int(packet.identifier.rawValue)) }
        if packet.streamID & 0xF0 == 0xE0 {
            take(StampedPayload.read(packet.payload, kind: packet.isRandomAccess ? .key : .inter))
        } else {
            StampedPayload.readADTS(packet.payload) { take($0) }
        }
    }

    /// A packet has no length of its own: what follows is expected within twice the longest step so far.
    private mutating func note(_ time: Int64, of track: Int) {
        let modulus: Int64 = 1 << 33
        guard let known = tracks[track] else {
            let tenth: Int64 = 9_000
            tracks[track] = TrackTimes(first: time, following: time, tolerance: tenth, modulus: modulus)
            return
        }
        let last = known.following
        let step = (time - last + modulus) % modulus
        if step == 0 || step > modulus / 2 { damaged += 1 }
        tracks[track]?.following = time
        tracks[track]?.tolerance = max(known.tolerance, 2 * min(step, modulus / 4))
    }
}
