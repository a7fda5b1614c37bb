enum ServerAssemblyPlaceholder {}
