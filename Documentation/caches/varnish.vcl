# Varnish as a cache in front of Swiftwater: see ../behind-a-cache.md. Varnish 6 or newer.
vcl 4.1;

backend swiftwater {
    .host = "127.0.0.1";
    .port = "8080";
    # A blocking request waits up to three target durations.
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 60s;
}

sub vcl_recv {
    set req.backend_hint = swiftwater;
    if (req.method != "GET" && req.method != "HEAD") {
        return (pipe);
    }
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
    }

    # Who watches: the id that the player has, or what else tells players apart.
    set req.http.X-Viewer-Id = regsub(req.url, "^[^?]*(?:\?(?:.*&)?viewer=([^&]+))?.*$", "\1");
    if (req.http.X-Viewer-Id == "") {
        set req.http.X-Viewer-Id = client.ip + " " + req.http.User-Agent;
    }

    if (req.url ~ "/(?:hls|hls-ts)/[^/?]+(?:\?|$)" || req.url ~ "/manifest\.mpd(?:\?|$)") {
        # First whether the viewer may watch, which is kept for a while for each; then what it wants.
        if (req.restarts == 0) {
            set req.http.X-Viewer-Beacon = "1";
        } else {
            unset req.http.X-Viewer-Beacon;
            # What the answer depends on: neither the viewer nor its token.
            set req.url = regsuball(req.url, "([?&])(?:viewer|token)=[^&]*", "\1");
            set req.url = regsub(regsuball(req.url, "([?&])&+", "\1"), "[?&]$", "");
        }
        return (hash);
    }
    # Each viewer has a multivariant playlist of its own, once: with its id in the addresses.
    if (req.url ~ "\.m3u8(?:\?|$)" && req.url !~ "[?&]viewer=") {
        set req.http.X-Viewer-Id = "new";
    }
    return (pass);
}

sub vcl_hash {
    if (req.http.X-Viewer-Beacon) {
        # One answer for a viewer, its token and a stream, whatever of the stream it wants.
        hash_data("viewer");
        hash_data(regsub(req.url, "^(.*)/(?:hls/|hls-ts/|manifest\.mpd).*$", "\1"));
        hash_data(req.http.X-Viewer-Id);
        hash_data(regsub(req.url, "^[^?]*(?:\?(?:.*&)?token=([^&]+))?.*$", "\1"));
        return (lookup);
    }
    hash_data(req.url);
    return (lookup);
}

sub vcl_backend_response {
    # Segments that are being made go to all who ask as they come.
    set beresp.do_stream = true;
    if (beresp.status != 200 && beresp.status != 204 && beresp.status != 206) {
        set beresp.ttl = 0s;
        set beresp.uncacheable = true;
        return (deliver);
    }
    # Nothing that is old is sent.
    set beresp.grace = 0s;
    # The beacon is hashed by what it depends on.
    if (beresp.status == 204) {
        unset beresp.http.Vary;
    }
}

sub vcl_deliver {
    if (req.http.X-Viewer-Beacon && resp.status == 204) {
        return (restart);
    }
}
