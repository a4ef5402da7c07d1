using System.Runtime.CompilerServices;

// Every import has a blittable signature: nothing is converted, pinned or copied behind our back.
[assembly: DisableRuntimeMarshalling]
