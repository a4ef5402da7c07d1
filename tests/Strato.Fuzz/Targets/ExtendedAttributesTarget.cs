using Strato.Core.Catalogs;

namespace Strato.Fuzz.Targets;

/// <summary>Column <c>xattr</c> of catalogs.</summary>
internal sealed class ExtendedAttributesTarget : IFuzzTarget
{
    public string Name => "xattr";

    public IEnumerable<byte[]> Seeds =>
    [
        ExtendedAttributes.Create([new("user.a"u8.ToArray(), "1"u8.ToArray())]).ToBlob(),
        ExtendedAttributes.Create([new("security.capability"u8.ToArray(), new byte[20]), new("user.empty"u8.ToArray(), default)]).ToBlob(),
        ExtendedAttributes.Create(Enumerable.Range(0, 255).Select(number => new ExtendedAttribute(new byte[] { (byte)(number + 1) }, new byte[number]))).ToBlob(),
    ];

    public bool Run(byte[] input)
    {
        if (!ExtendedAttributes.TryParse(input, out ExtendedAttributes attributes))
        {
            return false;
        }

        return ExtendedAttributes.TryParse(attributes.ToBlob(), out ExtendedAttributes again) && again.Equals(attributes)
            ? attributes.Count > 0
            : throw new InvalidOperationException("attributes do not survive being written");
    }
}
