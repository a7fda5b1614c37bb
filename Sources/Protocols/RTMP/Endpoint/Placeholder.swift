enum EndpointPlaceholder {}
