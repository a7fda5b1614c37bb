/// Bytes that clients other than the house's own send, as hexadecimal text.
enum Templates {
    /// `connect` to `live` as FMLE/3.0, transaction 1.
    static let connect = """
        03 000000 00006a 14 00000000 020007636f6e6e656374 003ff0000000000000 03 0003617070 0200046c697665
        000474797065 02000a6e6f6e70726976617465 0008666c617368566572 020008464d4c452f332e30
        0005746355726c 02001572746d703a2f2f3132372e302e302e312f6c697665 000009
        """
    /// `releaseStream("key")`, transaction 2.
    static let releaseStream = """
        03 000000 000020 14 00000000 02000d72656c6561736553747265616d 004000000000000000 05 0200036b6579
        """
    /// `createStream`, transaction 4.
    static let createStream = """
        03 000000 000019 14 00000000 02000c63726561746553747265616d 004010000000000000 05
        """
    /// `publish("key", "live")` on message stream 1, transaction 5.
    static let publish = """
        08 000000 000021 14 01000000 0200077075626c697368 004014000000000000 05 0200036b6579 0200046c697665
        """
    /// `play("key", -2000)` on message stream 1, transaction 5.
    static let play = """
        08 000000 000020 14 01000000 020004706c6179 004014000000000000 05 0200036b6579 00c09f400000000000
        """
    /// `deleteStream(1)`, transaction 6.
    static let deleteStream = """
        03 000000 000022 14 00000000 02000c64656c65746553747265616d 004018000000000000 05 003ff0000000000000
        """
    static let setChunkSize4096 = "02 000000 000004 01 00000000 00001000"
    static let windowAcknowledgementSize = "02 000000 000004 05 00000000 002625a0"
    static let ping1000 = "02 000000 000006 04 00000000 0006 000003e8"
    /// An AVC sequence header, its key frame, and a frame 200 ms later.
    static let videoHeader = """
        06 000000 00002a 09 01000000 1700000000 0142c00affe10016 6742c00ada11ec044000000300400000030283c489a8
        010004 68ce0fc8
        """
    static let keyFrame = "06 000000 000019 09 01000000 1701000000 00000010 6588843a26280c9c9c9d75d75d75d75e"
    static let interFrame = "06 0000c8 00000f 09 01000000 2701000000 00000006 419a2015a1b0"
    /// An AAC sequence header and a silent frame.
    static let audioHeader = "04 000000 000004 08 01000000 af00 1210"
    static let audioFrame = "04 000000 000008 08 01000000 af01 211004608c1c"

    static let media = videoHeader + audioHeader + keyFrame + audioFrame + interFrame
}
