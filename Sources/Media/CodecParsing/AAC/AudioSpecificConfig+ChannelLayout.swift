import MediaModel

extension AudioSpecificConfig {
    /// The loudspeakers of a channel configuration of three channels and more (ISO/IEC 14496-3 table 1.19, ISO/IEC
    /// 23091-3 table 11); `nil` for others, and when a program config element tells them.
    var channelLayout: ChannelLayout? {
        let mask: UInt32
        switch channelConfiguration {
        case 3: mask = 0x00_0007
        case 4: mask = 0x00_0107
        case 5: mask = 0x00_0037
        case 6: mask = 0x00_003F
        // Left and right of the centre, as cinemas have it.
        case 7: mask = 0x00_00FF
        case 11: mask = 0x00_013F
        case 12: mask = 0x00_063F
        // 22.2 of NHK: everything there is.
        case 13: mask = 0xFF_FFFF
        // Two above the front.
        case 14: mask = 0x00_503F
        default: return nil
        }
        return .native(mask: mask)
    }
}
