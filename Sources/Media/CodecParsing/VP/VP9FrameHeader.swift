import ByteCoding
public import MediaModel
public import NIOCore

/// The front of a VP9 frame, `uncompressed_header()` as far as a server has a use for it ("VP9 Bitstream &
/// Decoding Process Specification" §6.2).
public struct VP9FrameHeader: Hashable, Sendable {
    /// The profile, 0 … 3.
    public let profile: UInt8
    /// Whether a decoder can start here.
    public let isKeyFrame: Bool
    /// What a key frame says of the pictures; `nil` in every other frame.
    public let picture: Picture?

    /// What a key frame says of the pictures.
    public struct Picture: Hashable, Sendable {
        /// Width in pixels, 1 … 65,536.
        public let width: Int
        /// Height in pixels, 1 … 65,536.
        public let height: Int
        /// Bits in a sample: 8, 10 or 12.
        public let bitDepth: Int
        /// Sampling of the colour planes.
        public let chromaSubsampling: VPCodecConfigurationRecord.ChromaSubsampling
        /// What the samples mean: only the matrix and the range are told.
        public let color: ColorDescription
    }

    /// Reads the header at the front of `frame`; `nil` when there is none.
    public init?(parsing frame: ByteBuffer) {
        var bits = BitReader(frame)
        do throws(BitReader.Fault) {
            guard try bits.read(2) == 0b10 else { return nil }
            let low = try bits.read(1)
            profile = UInt8(truncatingIfNeeded: try bits.read(1) << 1 | low)
            if profile == 3, try bits.readFlag() { return nil }
            if try bits.readFlag() {  // show_existing_frame
                isKeyFrame = false
                picture = nil
                return
            }
            isKeyFrame = !(try bits.readFlag())
            try bits.skip(2)  // show_frame, error_resilient_mode
            guard isKeyFrame else {
                picture = nil
                return
            }
            guard try bits.read(24) == Self.syncCode, let picture = try Picture(profile: profile, &bits) else {
                return nil
            }
            self.picture = picture
        } catch {
            return nil
        }
    }

    /// `frame_sync_byte_0` … `2`.
    private static let syncCode: UInt32 = 0x49_8342
}

extension VP9FrameHeader.Picture {
    /// `color_config()` and `frame_size()`; `nil` when they contradict the profile.
    fileprivate init?(profile: UInt8, _ bits: inout BitReader) throws(BitReader.Fault) {
        bitDepth = profile >= 2 ? (try bits.readFlag() ? 12 : 10) : 8
        let colorSpace = try bits.read(3)
        let isRGB = colorSpace == 7
        let hasSubsamplingBits = profile & 1 == 1
        var isFullRange = true
        if isRGB {
            guard hasSubsamplingBits, !(try bits.readFlag()) else { return nil }
            chromaSubsampling = .yuv444
        } else {
            isFullRange = try bits.readFlag()
            if hasSubsamplingBits {
                let across = try bits.readFlag()
                let down = try bits.readFlag()
                // Profiles 1 and 3 are for everything but 4:2:0.
                guard !(across && down), !(try bits.readFlag()) else { return nil }
                chromaSubsampling = across ? .yuv422 : down ? .yuv440 : .yuv444
            } else {
                chromaSubsampling = .yuv420Colocated
            }
        }
        color = ColorDescription(matrixCoefficients: Self.matrices[Int(colorSpace & 0b111)], isFullRange: isFullRange)
        width = Int(try bits.read(16)) + 1
        height = Int(try bits.read(16)) + 1
    }

    /// `MatrixCoefficients` of ITU-T H.273 for each `color_space`: unknown, BT.601, BT.709, SMPTE 170M, SMPTE 240M,
    /// BT.2020, reserved, RGB.
    private static let matrices: [UInt8] = [2, 5, 1, 6, 7, 9, 2, 0]
}
