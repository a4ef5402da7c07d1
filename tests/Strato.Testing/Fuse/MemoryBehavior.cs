namespace Strato.Testing.Fuse;

/// <summary>How a node of the memory file system misbehaves.</summary>
[Flags]
public enum MemoryBehavior
{
    None = 0,

    /// <summary>What is asked of it is answered from another thread, a little later.</summary>
    Late = 1,

    /// <summary>What is asked of it is never answered.</summary>
    Stuck = 2,

    /// <summary>The handler throws.</summary>
    Throws = 4,

    /// <summary>The behavior shows when it is looked up.</summary>
    OnLookup = 0x10,

    /// <summary>The behavior shows when its attributes are asked for.</summary>
    OnGetAttr = 0x20,

    /// <summary>The behavior shows when it is opened.</summary>
    OnOpen = 0x40,

    /// <summary>The behavior shows when it is read or listed.</summary>
    OnRead = 0x80,

    /// <summary>Its pages are not cached, so every read comes to the file system as it was asked.</summary>
    DirectIo = 0x100,
}
