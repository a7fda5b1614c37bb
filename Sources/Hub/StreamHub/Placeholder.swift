enum StreamHubPlaceholder {}
