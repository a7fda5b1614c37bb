import MediaModel
import NIOCore

extension CodecConfiguration {
    /// `vp09.PP.LL.DD`, such as `vp09.00.31.08`, and behind it subsampling and colours, when they are not what a player
    /// assumes anyhow: all of them or none ("VP Codec ISO Media File Format Binding" §"Codecs Parameter String").
    func vpCodecString(entry: String) -> String? {
        // A record that cannot be read has no name.
        guard let record = try? VPCodecConfigurationRecord(parsing: record) else { return nil }
        let level =
            record.level > 0
            ? record.level
            : video.map {
                VPCodecConfigurationRecord.level(width: $0.width, height: $0.height, frameRate: $0.frameRate)
            } ?? 0
        // A level must be named; without one, and without a size that it follows from, there is no string.
        guard level > 0 else { return nil }
        return entry + record.codecStringTail(level: level)
    }
}

extension VPCodecConfigurationRecord {
    fileprivate func codecStringTail(level: UInt8) -> String {
        let head =
            ".\(String(twoDigits: profile)).\(String(twoDigits: level)).\(String(twoDigits: bitDepth))"
        // Where the samples of 4:2:0 lie exactly is no reason to name them: a player needs it for no decision.
        let isHalf = chromaSubsampling == .yuv420Vertical || chromaSubsampling == .yuv420Colocated
        if isHalf, color.isDefaultOfCodecStrings { return head }
        // The binding's table ends with 4:4:4; 4:4:0 is what Chromium and FFmpeg put behind it.
        return head + ".\(String(twoDigits: chromaSubsampling.rawValue))" + color.codecStringPart
            + (color.isFullRange ? "01" : "00")
    }
}
