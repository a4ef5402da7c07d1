using Strato.Core.Signing;

namespace Strato.Publishing.Keys;

/// <summary>What a rotation came to.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Former">The certificate that was current when it began.</param>
/// <param name="Next">The certificate that takes its place.</param>
public sealed record RotationOutcome(RotationState State, SigningCertificate Former, SigningCertificate Next);
