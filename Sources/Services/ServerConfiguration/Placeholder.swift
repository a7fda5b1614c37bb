enum ServerConfigurationPlaceholder {}
