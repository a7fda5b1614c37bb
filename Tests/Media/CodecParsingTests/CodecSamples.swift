import NIOCore
import TestSupport

/// Records and first bytes of frames as encoders wrote them, all through FFmpeg 9.0.2.
enum CodecSamples {
    // MARK: x265

    /// 320×180, Main, 25 frames per second.
    static let hevc = ByteBuffer(
        hex: """
            0101600000009000000000003cf000fcfdf8f800000f03
            2000010018 40010c01ffff01600000030090000003000003003c959409
            210001002b 42010101600000030090000003000003003ca00a080c1f3e595952930bc05a020000030002000003003210
            2200010006 4401c073c189
            """)
    /// 1918×1078, Main 10, 30,000/1,001 frames per second, sample aspect ratio 16:11, BT.2020, PQ, with light levels in SEI.
    static let hevcHDR = ByteBuffer(
        hex: """
            01022000000090000000000078f000fcfdfafa00000f04
            2000010018 40010c01ffff022000000300900000030000030078959409
            210001002e 420101022000000300900000030000030078a003c08011075336595952930bc11a84880482000007d20000ea6010
            2200010006 4401c073c189
            2700010009 4e01900403e8019080
            """)
    /// 64×48 with two kinds of frames, and the first bytes of a key and of another frame.
    static let hevcTiny = ByteBuffer(
        hex: """
            0101600000009000000000001ef000fcfdf8f800000f03
            2000010018 40010c01ffff01600000030090000003000003001e959009
            2100010029 42010101600000030090000003000003001ea0208316595912930bc05a020000030002000003003210
            2200010006 4401c073c089
            """)
    static let hevcKeyFrame = ByteBuffer(hex: "00000006 2801ac76a0e6 00000003 4e0180")
    static let hevcInterFrame = ByteBuffer(hex: "00000008 0201d0195e20e4dd")

    // MARK: VVenC

    /// 64×48, Main 10, version and flags of the box in front.
    static let vvc = ByteBuffer(
        hex: """
            00000000ff00655f010210800000004000300000028f00010093007900ab021080000080820c46a00737ffac213656304082
            70032831610860c442064883521e8f56a4bc926a4b2445a88bc449a88914911264889351964842d4217842f56a4bc97a8650
            62c4031620204204040a8408081a4204040b1020204410102c820204840419020442040b2102048810682049041c20c81168
            412421c43425c8e5433046714000000300400000064620900001000a00810000410622241f41
            """)

    // MARK: SVT-AV1, libaom

    /// 320×180.
    static let av1 = ByteBuffer(hex: "81000c00 0a0b0200000521e7f66017c002")
    /// 1280×720, ten bits, BT.2020, PQ.
    static let av1HDR = ByteBuffer(hex: "81054c00 0a0f0200002d2a67fd9e017c2848804820")
    /// The front of its first frame: sequence header, two metadata OBUs, the frame cut off.
    static let av1HDRFrame = ByteBuffer(
        hex: """
            0a0f0200002d2a67fd9e257ca848804820 2a060103e8019080
            2a1a02ae1451ec43d7b0a426660f5c500d54390003e8000000005280 3204 10008800
            """)
    /// 64×48 without subsampling.
    static let av1FullChroma = ByteBuffer(hex: "81200000 0a0a20000002aff79b5f2040")
    /// A frame that is no key frame.
    static let av1InterFrame = ByteBuffer(hex: "3204 28080040")

    // MARK: libvpx

    /// Version and flags, profile 0, level 1.1, eight bits.
    static let vp9 = ByteBuffer(hex: "01000000 000b820202020000")
    /// Profile 2, ten bits, BT.2020.
    static let vp9TenBit = ByteBuffer(hex: "01000000 020aa20202090000")
    /// 322×182.
    static let vp9KeyFrame = ByteBuffer(hex: "824983420014100b560638241c184a00")
    static let vp9InterFrame = ByteBuffer(hex: "86004092f121400000887f91")
    /// 64×48, ten bits.
    static let vp9TenBitKeyFrame = ByteBuffer(hex: "924983425001f8017b1b1c120e0ca700")
    /// 322×182.
    static let vp8KeyFrame = ByteBuffer(hex: "1067009d012a4201b600000708858588")
    static let vp8InterFrame = ByteBuffer(hex: "7115001e1188001ece47ff46")

    // MARK: Sounds

    static let opusStereo = ByteBuffer(hex: "4f707573486561640102380180bb0000000000")
    static let opusSurround = ByteBuffer(hex: "4f707573486561640106380180bb00000000010402000401020305")
    /// A file's beginning: 44.1 kHz, two channels, 16 bits, blocks of 1,024.
    static let flacFile = ByteBuffer(
        hex: "664c6143 00000022 0400040000010e0001780ac442f000002274360fd4eaa31bf4ab2e3a9e88ae53624a 0400002c")
    static let flacFrame = ByteBuffer(hex: "fff8a98800e64c000000b50169021d02")
    /// 48 kHz, 24 bits, blocks of 1,098.
    static let flac24 = ByteBuffer(
        hex: "80000022 044a044a00042e0005550bb80370000025809fb3b7bb5514b1833396bf6d9d21b790")
    static let flac24Frame = ByteBuffer(hex: "fff87a8c000449024e00000000a07c01")
    static let ac3Mono = ByteBuffer(hex: "0b77ba8008402f842b41c77aaf5e1be7")
    static let ac3Stereo = ByteBuffer(hex: "0b779583104043e106f0b01860606060")
    static let ac3Surround = ByteBuffer(hex: "0b77e3b81c40ebf8403eff74fe1e1080")
    static let eac3Mono = ByteBuffer(hex: "0b77007f3287c0002105e020e3bd57af")
    static let eac3Stereo = ByteBuffer(hex: "0b7700ff3487c00020e4210830001606")
    static let eac3Surround = ByteBuffer(hex: "0b7702ff3f87c000208020000200400003d81fba")
    /// 6.1 with a program config element.
    static let aacSevenChannels = ByteBuffer(hex: "118004c80900010884000c4c61766336332e312e31303256e500")
    /// 5.1.
    static let aacSurround = ByteBuffer(hex: "11b056e500")
}
