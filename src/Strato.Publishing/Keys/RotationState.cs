namespace Strato.Publishing.Keys;

/// <summary>How far a rotation of keys has come.</summary>
public enum RotationState
{
    /// <summary>The next key is made, but no whitelist lists its certificate: it is to be signed where the master key is.</summary>
    AwaitsWhitelist,

    /// <summary>The revision that is served is signed with the new key; whitelists list the former certificate as well.</summary>
    Rotated,
}
