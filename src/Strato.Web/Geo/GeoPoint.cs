namespace Strato.Web.Geo;

/// <summary>A place on the globe.</summary>
/// <param name="Latitude">Degrees north, -90 to 90.</param>
/// <param name="Longitude">Degrees east, -180 to 180.</param>
public readonly record struct GeoPoint(double Latitude, double Longitude)
{
    /// <summary>True for numbers that are a place.</summary>
    public static bool IsValid(double latitude, double longitude) => latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180;

    /// <summary>The great circle's arc between two places, in radians.</summary>
    public double ArcTo(GeoPoint other)
    {
        if (this == other)
        {
            return 0;
        }

        double phi = double.DegreesToRadians(Latitude);
        double otherPhi = double.DegreesToRadians(other.Latitude);
        double cosine = (Math.Cos(phi) * Math.Cos(otherPhi) * Math.Cos(double.DegreesToRadians(Longitude - other.Longitude))) + (Math.Sin(phi) * Math.Sin(otherPhi));

        // Rounding may leave the cosine of nearby, or of opposite places a little outside of what an arc has.
        return Math.Acos(Math.Clamp(cosine, -1, 1));
    }
}
