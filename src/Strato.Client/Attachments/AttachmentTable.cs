namespace Strato.Client.Attachments;

/// <summary>
/// The places of one mount by the numbers by which node records refer to them. A number is given again only after no record has it any more. Safe on all
/// threads.
/// </summary>
internal sealed class AttachmentTable
{
    /// <summary>The number of what belongs to no attachment: the root that lists them.</summary>
    public const ushort NoAttachment = ushort.MaxValue;

    private readonly Lock growth = new();
    private AttachmentPlace?[] places = [];

    /// <summary>All of them by their numbers; null for numbers that none has.</summary>
    public ReadOnlySpan<AttachmentPlace?> All => Volatile.Read(ref places);

    /// <summary>Finds a place; null for a number that none has, as in a table from another process.</summary>
    public AttachmentPlace? Find(ushort number)
    {
        AttachmentPlace?[] known = Volatile.Read(ref places);
        return number < known.Length ? known[number] : null;
    }

    /// <summary>A place's number, given now if it has none. False where there are none left.</summary>
    public bool TryNumber(AttachmentPlace place, out ushort number)
    {
        lock (growth)
        {
            int free = place.Number ?? Array.IndexOf(places, null);
            number = (ushort)(free < 0 ? places.Length : free);
            if (place.Number is null && number < NoAttachment)
            {
                Put(place, number);
            }

            return number < NoAttachment;
        }
    }

    /// <summary>Gives a place the number that it had in another process, and must not be anybody's yet.</summary>
    public void Restore(AttachmentPlace place, ushort number)
    {
        lock (growth)
        {
            ArgumentOutOfRangeException.ThrowIfEqual(number, NoAttachment);
            if (Find(number) is not null)
            {
                throw new ArgumentException($"number {number} is given already", nameof(number));
            }

            Put(place, number);
        }
    }

    /// <summary>Takes a place's number back. No node record may have it.</summary>
    public void Release(AttachmentPlace place)
    {
        lock (growth)
        {
            if (place.Number is { } number)
            {
                Volatile.Write(ref places[number], null);
                place.Number = null;
            }
        }
    }

    private void Put(AttachmentPlace place, ushort number)
    {
        AttachmentPlace?[] known = places;
        if (number >= known.Length)
        {
            Array.Resize(ref known, number + 1);
        }

        known[number] = place;
        place.Number = number;
        Volatile.Write(ref places, known);
    }
}
