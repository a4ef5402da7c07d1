using System.Runtime.InteropServices;
using Strato.Core.Paths;

namespace Strato.Publishing.Synchronizing;

/// <summary>One name of a source file, and the place of its stamp in the index.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SourceName(byte[] Name, PathKey Key, long StampPlace, ContentStamp Stamp);
