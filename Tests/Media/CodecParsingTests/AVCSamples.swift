import NIOCore
import TestSupport

/// Records as encoders wrote them; all but the first by x264 through FFmpeg 5.1.9.
enum AVCSamples {
    /// 64×48 constrained baseline, checked with a decoder.
    static let tiny = ByteBuffer(hex: "0142c00affe10016 6742c00ada11ec044000000300400000300283c489a8 010004 68ce0fc8")
    /// 1920×1080, high profile, 30 frames per second.
    static let fullHD = ByteBuffer(
        hex: """
            01640028ffe1001b 67640028acd940780227e5c044000003000400000300f03c60c658
            010006 68ebe3cb22c0 fdf8f800
            """)
    /// 1280×720, 4:2:2, ten bits, 60,000/1,001 frames per second, sample aspect ratio 4:3.
    static let tenBit = ByteBuffer(
        hex: """
            017a0020ffe1001c 677a0020b6cd9405005bb0e6a020202800001f48000ea60478c18cb0
            010006 68ebe3cb22c0 fefafa00
            """)
    /// 720×576 interlaced, 25 frames per second, sample aspect ratio 64:45.
    static let interlaced = ByteBuffer(
        hex: """
            0164001effe1001c 6764001eacd940b424dff8020001688000000300800000190f8a14cb
            010006 68fba3cb22c0 fdf8f800
            """)
    /// 1920×1080 interlaced, 25 frames per second, sample aspect ratio 4:3, BT.2020 colours, transfer of BT.709.
    static let interlacedHD = ByteBuffer(
        hex: """
            01640028ffe1001e 67640028acd94078044fde1cd4240425000003000100000300329f162d96
            010006 68fba3cb22c0 fdf8f800
            """)
    /// 320×240, 4:4:4, with scaling matrices.
    static let fullChroma = ByteBuffer(
        hex: """
            01f4000dffe10019 67f4000d919b28283f6022000003000200000300781e28532c
            010008 68ebe3c44c000440 fff8f800
            """)

    static let all = [tiny, fullHD, tenBit, interlaced, interlacedHD, fullChroma]

    static let idrFrame = ByteBuffer(hex: "00000010 6588843a26280c9c9c9d75d75d75d75e")
    static let interFrame = ByteBuffer(hex: "00000006 419a2015a1b0")
}
