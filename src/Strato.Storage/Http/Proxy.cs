namespace Strato.Storage.Http;

/// <summary>A proxy to ask, or none.</summary>
/// <param name="Address">Its address; null to go to the server directly.</param>
public sealed record Proxy(Uri? Address)
{
    /// <summary>Without a proxy.</summary>
    public static Proxy Direct { get; } = new((Uri?)null);

    public bool IsDirect => Address is null;

    /// <summary>As a list of proxies writes it, without a password.</summary>
    public override string ToString() =>
        Address is null ? "DIRECT" : Address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
