/// Sampling of the colour planes: `chroma_format_idc` of H.264, H.265 and H.266.
public enum ChromaFormat: UInt8, Hashable, Sendable {
    /// No colour, both colour planes at half the size across and down, across only, and at full size.
    case monochrome, yuv420, yuv422, yuv444

    /// Luma samples across for one of chroma.
    var samplesAcross: Int { self == .yuv420 || self == .yuv422 ? 2 : 1 }
    /// Luma samples down for one of chroma.
    var samplesDown: Int { self == .yuv420 ? 2 : 1 }
}
