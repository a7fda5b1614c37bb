// The first byte of an AMF3 value: its type (AMF 3 §3.1). The types fall in two, by whether an earlier value can stand
// in their place.

/// Types that cannot be referred to as values; strings have a table of their own.
enum AMF3SimpleMarker: UInt8 {
    case undefined = 0x00
    case null = 0x01
    case `false` = 0x02
    case `true` = 0x03
    case integer = 0x04
    case double = 0x05
    case string = 0x06
}

/// Types whose values go into the object reference table and begin with a reference or an inline number.
enum AMF3ComplexMarker: UInt8 {
    case xmlDocument = 0x07
    case date = 0x08
    case array = 0x09
    case object = 0x0A
    case xml = 0x0B
    case byteArray = 0x0C
    case vectorInt = 0x0D
    case vectorUInt = 0x0E
    case vectorDouble = 0x0F
    case vectorObject = 0x10
    case dictionary = 0x11
}
