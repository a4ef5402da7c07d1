namespace Strato.Publishing.Synchronizing;

/// <summary>A piece of the index that a <see cref="StampWriter"/> keeps, because stamps in it are still to come or because it is the last.</summary>
internal sealed class StampPage(long number)
{
    /// <summary>Its size in bytes.</summary>
    public const int Length = 64 * 1024;

    /// <summary>Which of the file's pages it is, counted from 0.</summary>
    public long Number { get; private set; } = number;

    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(Length);

    /// <summary>How many bytes have been added.</summary>
    public int Used { get; set; }

    /// <summary>How many bytes of stamps are to come.</summary>
    public int Missing { get; set; }

    /// <summary>True once it is in the file with everything that it will ever have.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Makes it another page, an empty one.</summary>
    public void Begin(long other)
    {
        Number = other;
        Used = Missing = 0;
        IsWritten = false;
    }
}
