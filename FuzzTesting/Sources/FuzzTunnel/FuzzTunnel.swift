import DecoderProperties
import FuzzDriver

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(.tunnel, start, count)
}

/// The program's entry.
@_cdecl("FuzzTunnel_main")
public func main(_ count: CInt, _ arguments: ArgumentVector?) -> CInt {
    runFuzzer(count, arguments, testOneInput)
}
