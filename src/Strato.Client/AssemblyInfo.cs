// Path and name buffers on the stack are filled before they are read; clearing kilobytes of them for each request would cost more than the request.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
