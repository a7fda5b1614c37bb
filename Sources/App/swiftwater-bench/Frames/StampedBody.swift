import FLV
import NIOCore

/// The body of an RTMP message or FLV tag that carries one stamped frame: H.264 in one length-prefixed NAL unit, or AAC.
///
/// To a server that looks inside it is a frame like any other; what a decoder would make of it is nobody's concern here.
enum StampedBody {
    enum Kind: Equatable {
        case key, inter, audio

        /// FLV headers and what makes the beginning look right: for pictures the NAL unit's length, its type, and the
        /// first bits of a slice header; for sound the kind of an AAC element.
        fileprivate func opening(bodyBytes: Int) -> [UInt8] {
            switch self {
            case .audio: return [0xAF, 0x01, 0x21]
            case .key, .inter:
                let unit = UInt32(truncatingIfNeeded: bodyBytes - 9).bigEndian
                let length = withUnsafeBytes(of: unit, [UInt8].init)
                return [self == .key ? 0x17 : 0x27, 0x01, 0, 0, 0] + length
                    + (self == .key ? [0x65, 0x88] : [0x41, 0x9A])
            }
        }

        /// How long that is.
        var openingBytes: Int { self == .audio ? 3 : 11 }
    }

    /// The shortest body that holds a stamp.
    static let leastBytes = 64

    /// Makes a body.
    static func make(_ kind: Kind, _ stamp: FrameStamp) -> ByteBuffer {
        var body = ByteBuffer()
        body.reserveCapacity(stamp.bodyBytes)
        body.writeBytes(kind.opening(bodyBytes: stamp.bodyBytes))
        stamp.write(into: &body)
        Filler.shared.write(stamp.bodyBytes - body.readableBytes, of: stamp.sequence, into: &body)
        return body
    }

    /// What a body turned out to be.
    enum Reading {
        /// A decoder configuration or something else that comes beside the frames.
        case beside
        case frame(Kind, FrameStamp)
        /// Not what a publisher sent.
        case damaged
    }

    /// Reads a body, and checks every byte of it.
    static func read(_ body: ByteBuffer, isVideo: Bool) -> Reading {
        body.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 2, bytes[1] == 1 else { return .beside }
            let kind: Kind = !isVideo ? .audio : bytes[0] >> 4 == 1 ? .key : .inter
            guard bytes.count >= leastBytes, let stamp = FrameStamp(bytes[kind.openingBytes...]),
                stamp.bodyBytes == bytes.count,
                Filler.shared.matches(bytes[(kind.openingBytes + FrameStamp.size)...], of: stamp.sequence)
            else { return .damaged }
            return .frame(kind, stamp)
        }
    }

    /// The decoder configurations that a publisher sends first: H.264 High 1280×720, and AAC-LC 48 kHz stereo.
    static let videoConfiguration = ByteBuffer(bytes: [
        0x17, 0x00, 0x00, 0x00, 0x00, 0x01, 0x64, 0x00, 0x1F, 0xFF, 0xE1, 0x00, 0x1A, 0x67, 0x64, 0x00, 0x1F, 0xAC,
        0xD9, 0x40, 0x50, 0x05, 0xBB, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0xC0, 0xF1,
        0x83, 0x19, 0x60, 0x01, 0x00, 0x06, 0x68, 0xEB, 0xE3, 0xCB, 0x22, 0xC0, 0xFD, 0xF8, 0xF8, 0x00,
    ])
    static let audioConfiguration = ByteBuffer(bytes: [0xAF, 0x00, 0x11, 0x90])

    /// The configuration of a further track of sound (Enhanced RTMP, one track in a message of several).
    static func sideConfiguration(of track: UInt8) -> ByteBuffer {
        ByteBuffer(bytes: sideHeader(packetType: 0, track) + [0x11, 0x90])
    }

    /// A frame of a further track of sound, with no stamp: no player takes it.
    static func side(of track: UInt8, sequence: Int) -> ByteBuffer {
        var body = ByteBuffer(bytes: sideHeader(packetType: 1, track) + [0x21])
        Filler.shared.write(leastBytes - body.readableBytes, of: sequence, into: &body)
        return body
    }

    private static func sideHeader(packetType: UInt8, _ track: UInt8) -> [UInt8] {
        [0x95, packetType] + Array("mp4a".utf8) + [track]
    }
}
