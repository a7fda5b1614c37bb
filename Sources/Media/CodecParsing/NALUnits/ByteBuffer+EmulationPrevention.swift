import NIOCore

extension ByteBuffer {
    /// The readable bytes without `emulation_prevention_three_byte`: each `03` after two zero bytes is left out
    /// (ITU-T H.264 §7.4.1, the same in H.265 and H.266).
    func withoutEmulationPrevention() -> ByteBuffer {
        var result = ByteBuffer()
        var zeros = 0
        var run = readerIndex
        for index in readableBytesView.indices {
            let byte = readableBytesView[index]
            if zeros >= 2, byte == 3 {
                result.writeImmutableBuffer(getSlice(at: run, length: index - run) ?? ByteBuffer())
                run = index + 1
                zeros = 0
            } else {
                zeros = byte == 0 ? zeros + 1 : 0
            }
        }
        if run == readerIndex { return self }
        result.writeImmutableBuffer(getSlice(at: run, length: writerIndex - run) ?? ByteBuffer())
        return result
    }
}
