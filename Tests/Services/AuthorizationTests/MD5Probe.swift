import Crypto
import Foundation

/// MD5 as text by other means than the server's.
enum MD5Probe {
    static func base64(_ text: String) -> String {
        Data(Insecure.MD5.hash(data: Data(text.utf8))).base64EncodedString()
    }

    static func hexadecimal(_ text: String) -> String {
        Insecure.MD5.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }
}
