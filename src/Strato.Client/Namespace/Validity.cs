namespace Strato.Client.Namespace;

/// <summary>For how many seconds the kernel may answer by itself what it was told.</summary>
/// <param name="Entries">That a name is there, and its attributes.</param>
/// <param name="Absences">That a name is not there.</param>
internal readonly record struct Validity(ulong Entries, ulong Absences);
