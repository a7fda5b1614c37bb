import EndpointCore
import OBSMultitrack

/// Why OBS gets no configuration.
enum OBSMultitrackRefusal: Error, Equatable {
    /// The body or the query is not what OBS sends.
    case notUnderstood
    /// No application can have the name.
    case application
    /// The operator wants no multitrack video in the application.
    case switchedOff
    /// The stream key opens nothing.
    case notAdmitted(StreamRefusal)
    /// The request names no host, and the operator none either.
    case hostUnknown
    /// No ladder fits.
    case impossible(MultitrackFault)

    /// For the log.
    var reason: String {
        switch self {
        case .notUnderstood: "request not understood"
        case .application: "illegal application name"
        case .switchedOff: "switched off"
        case .notAdmitted(let refusal): refusal.description
        case .hostUnknown: "no host in the request"
        case .impossible(.canvasSize(let width, let height)): "canvas of \(width)x\(height)"
        case .impossible(.frameRate(let rate)): "frame rate of \(rate.numerator)/\(rate.denominator)"
        case .impossible(.bandwidthTooLow(let limit, let least)): "\(limit) kbps where \(least) are needed"
        }
    }

    /// What OBS shows to its user: HTML, with nothing in it that a peer wrote but the checked name of the application.
    func html(application: String) -> String {
        switch self {
        case .notUnderstood:
            "The server did not understand the request for a multitrack video configuration."
        case .application:
            "No application can have the name that stands behind <code>app=</code> in the configuration URL."
        case .switchedOff:
            "Multitrack video is switched off on this server. Its operator can switch it on with "
                + "<code>apps: { \(application): { obs-multitrack: { enabled: on } } }</code>."
        case .notAdmitted(.keyRequired):
            "This server does not know the stream key: check it under Settings → Stream."
        case .notAdmitted(let refusal):
            "The server refused the stream: \(refusal.description)."
        case .hostUnknown:
            "The server does not know its own address. Its operator can name it with "
                + "<code>apps: { \(application): { obs-multitrack: { server: \"rtmp://…/\(application)\" } } }</code>."
        case .impossible(.canvasSize(let width, let height)):
            "A canvas of \(width) × \(height) pixels cannot be sent."
        case .impossible(.frameRate(let rate)):
            "\(rate.numerator)/\(rate.denominator) frames per second cannot be sent."
        case .impossible(.bandwidthTooLow(let limit, let least)):
            "A maximum streaming bandwidth of \(limit) kbps is too low: this server needs \(least) kbps at least. "
                + "Raise it under Settings → Stream, or leave it to the server (Auto)."
        }
    }
}
