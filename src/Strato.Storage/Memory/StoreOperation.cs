namespace Strato.Storage.Memory;

/// <summary>The requests that a <see cref="MemoryObjectStore"/> counts and can be told to fail.</summary>
public enum StoreOperation
{
    Head,
    Get,
    Put,
    Delete,
    Swap,
    List,
}
