import NIOCore

/// Stamped frames as containers other than FLV carry them: without FLV's header, in MPEG-TS with other things before
/// them.
enum StampedPayload {
    /// How far behind the beginning a stamp is looked for: delimiters and parameter sets are shorter.
    private static let searchedBytes = 512

    /// Reads one frame, and checks every byte of it from its stamp on; `.beside` where there is no stamp.
    static func read(_ payload: ByteBuffer, kind: StampedBody.Kind) -> StampedBody.Reading {
        payload.withUnsafeReadableBytes { bytes in
            let searched = max(0, min(searchedBytes, bytes.count - FrameStamp.size + 1))
            for offset in 0..<searched where bytes[offset] == FrameStamp.firstByte {
                guard let stamp = FrameStamp(bytes[offset...]) else { continue }
                let filler = bytes[(offset + FrameStamp.size)...]
                guard filler.count == stamp.bodyBytes - kind.openingBytes - FrameStamp.size,
                    Filler.shared.matches(filler, of: stamp.sequence)
                else { return .damaged }
                return .frame(kind, stamp)
            }
            return .beside
        }
    }

    /// Reads the frames of AAC behind ADTS headers, one after the other (ISO/IEC 13818-7 §6.2).
    static func readADTS(_ payload: ByteBuffer, _ body: (StampedBody.Reading) -> Void) {
        var rest = payload
        while let word = rest.getInteger(at: rest.readerIndex + 3, as: UInt32.self) {
            let length = Int(word >> 13 & 0x1FFF)
            guard length > 7, let frame = rest.readSlice(length: length) else { return body(.damaged) }
            body(read(frame, kind: .audio))
        }
        if rest.readableBytes > 0 { body(.damaged) }
    }
}
