import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509CRLEntryHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.*;

/**
 * Bouncy Castle as an independent judge of our artefacts, and as a maker of artefacts for us to read. The signer id is
 * its default, 1234567812345678. Every verb prints one line; exit 0 good, 1 bad.
 */
public class Judge {
  private static final String GM = "1.2.156.10197.6.1.4.2.";

  private static class Bad extends Exception {
    Bad(String why) {
      super(why);
    }
  }

  public static void main(String[] args) {
    Security.addProvider(new BouncyCastleProvider());
    try {
      System.out.println("good: " + judge(args));
    } catch (ArrayIndexOutOfBoundsException e) {
      System.out.println("usage: certificate CERT ISSUER | chain LEAF … ROOT | crl CRL ISSUER [SERIAL_HEX STATUS] |"
          + " ocsp RESPONSE ISSUER CERT STATUS | tsp TOKEN DATA | cms MESSAGE [DATA] | enveloped MESSAGE KEY PLAIN |"
          + " csr REQUEST | make-cms DATA DIR | make-tsp DATA DIR | make-certificate DIR");
      System.exit(2);
    } catch (Exception e) {
      System.out.println("bad: " + (e instanceof Bad ? e.getMessage() : e.toString().replace('\n', ' ')));
      System.exit(1);
    }
    System.exit(0);
  }

  private static String judge(String[] args) throws Exception {
    switch (args[0]) {
      case "certificate": return certificate(args[1], args[2]);
      case "chain": return chain(args);
      case "crl": return crl(args);
      case "ocsp": return ocsp(args[1], args[2], args[3], args[4]);
      case "tsp": return tsp(args[1], args[2]);
      case "cms": return cms(args[1], args.length > 2 ? args[2] : null);
      case "enveloped": return enveloped(args[1], args[2], args[3]);
      case "csr": return csr(args[1]);
      case "make-certificate": return makeCertificate(Path.of(args[1]));
      case "make-cms": return makeCms(args[1], Path.of(args[2]));
      case "make-tsp": return makeTsp(args[1], Path.of(args[2]));
      default: throw new ArrayIndexOutOfBoundsException();
    }
  }

  private static byte[] der(String file) throws Exception {
    byte[] bytes = Files.readAllBytes(Path.of(file));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf("-----BEGIN ");
    if (begin < 0) {
      return bytes;
    }
    int body = text.indexOf('\n', begin);
    return Base64.getMimeDecoder().decode(text.substring(body, text.indexOf("-----END ", body)));
  }

  private static void require(boolean held, String why) throws Bad {
    if (!held) {
      throw new Bad(why);
    }
  }

  private static X509CertificateHolder holder(String file) throws Exception {
    return new X509CertificateHolder(der(file));
  }

  private static ContentVerifierProvider verifier(X509CertificateHolder signer) throws Exception {
    return new JcaContentVerifierProviderBuilder().setProvider("BC").build(signer);
  }

  private static String certificate(String file, String issuerFile) throws Exception {
    X509CertificateHolder one = holder(file);
    X509CertificateHolder issuer = holder(issuerFile);
    require(one.getIssuer().equals(issuer.getSubject()), "the issuer has another name");
    require(one.isSignatureValid(verifier(issuer)), "the issuer's key does not verify the signature");
    // Bouncy Castle's certificate factory parses more strictly than the holder.
    new JcaX509CertificateConverter().setProvider("BC").getCertificate(one);
    KeyUsage usage = KeyUsage.fromExtensions(one.getExtensions());
    ExtendedKeyUsage purposes = ExtendedKeyUsage.fromExtensions(one.getExtensions());
    return one.getSubject() + " serial " + one.getSerialNumber().toString(16) + " usage "
        + (usage == null ? "none" : usage.toString()) + " purposes "
        + (purposes == null ? "none" : Arrays.toString(purposes.getUsages()));
  }

  private static String chain(String[] args) throws Exception {
    require(args.length >= 3, "a chain has two certificates at least");
    for (int i = 1; i < args.length; i++) {
      X509CertificateHolder issuer = holder(args[Math.min(i + 1, args.length - 1)]);
      certificate(args[i], args[Math.min(i + 1, args.length - 1)]);
      BasicConstraints constraints = BasicConstraints.fromExtensions(issuer.getExtensions());
      require(constraints != null && constraints.isCA(), "an issuer that is no CA: " + issuer.getSubject());
    }
    return (args.length - 1) + " certificates up to " + holder(args[args.length - 1]).getSubject();
  }

  private static String crl(String[] args) throws Exception {
    X509CRLHolder list = new X509CRLHolder(der(args[1]));
    X509CertificateHolder issuer = holder(args[2]);
    require(list.getIssuer().equals(issuer.getSubject()), "the list is of another issuer");
    require(list.isSignatureValid(verifier(issuer)), "the issuer's key does not verify the list");
    require(list.getExtension(Extension.cRLNumber) != null, "the list has no number");
    if (args.length > 4) {
      X509CRLEntryHolder entry = list.getRevokedCertificate(new BigInteger(args[3], 16));
      String status = "good";
      if (entry != null) {
        Extension reason = entry.getExtension(Extension.reasonCode);
        status = reason == null ? "0" : CRLReason.getInstance(reason.getParsedValue()).getValue().toString();
      }
      require(status.equals(args[4]), "serial " + args[3] + " has status " + status + ", not " + args[4]);
    }
    StringBuilder all = new StringBuilder();
    for (Object entry : list.getRevokedCertificates()) {
      all.append(' ').append(((X509CRLEntryHolder) entry).getSerialNumber().toString(16));
    }
    return "list " + CRLNumber.getInstance(list.getExtension(Extension.cRLNumber).getParsedValue()).getCRLNumber()
        + " revokes" + (all.length() == 0 ? " none" : all.toString());
  }

  private static String ocsp(String file, String issuerFile, String certificateFile, String wanted) throws Exception {
    OCSPResp response = new OCSPResp(der(file));
    require(response.getStatus() == OCSPResp.SUCCESSFUL, "response status " + response.getStatus());
    BasicOCSPResp basic = (BasicOCSPResp) response.getResponseObject();
    X509CertificateHolder issuer = holder(issuerFile);
    X509CertificateHolder signer = issuer;
    if (basic.getCerts().length > 0) {
      signer = basic.getCerts()[0];
      require(signer.getIssuer().equals(issuer.getSubject()) && signer.isSignatureValid(verifier(issuer)),
          "the responder's certificate is not of this issuer");
      ExtendedKeyUsage purposes = ExtendedKeyUsage.fromExtensions(signer.getExtensions());
      require(purposes != null && purposes.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning),
          "the responder has not the purpose");
      require(signer.isValidOn(basic.getProducedAt()), "the responder's certificate is not in force");
    }
    require(basic.isSignatureValid(verifier(signer)), "the responder's key does not verify the response");
    BigInteger serial = holder(certificateFile).getSerialNumber();
    for (SingleResp single : basic.getResponses()) {
      CertificateID id = single.getCertID();
      if (id.getSerialNumber().equals(serial)
          && id.matchesIssuer(issuer, new JcaDigestCalculatorProviderBuilder().setProvider("BC").build())) {
        String status = statusOf(single.getCertStatus());
        require(status.equals(wanted), "status " + status + ", not " + wanted);
        return "serial " + serial.toString(16) + " is " + status;
      }
    }
    throw new Bad("no answer about this serial");
  }

  private static String statusOf(CertificateStatus status) {
    if (status == CertificateStatus.GOOD) {
      return "good";
    }
    if (status instanceof RevokedStatus) {
      RevokedStatus revoked = (RevokedStatus) status;
      return revoked.hasRevocationReason() && revoked.getRevocationReason() == CRLReason.certificateHold
          ? "hold" : "revoked";
    }
    return "unknown";
  }

  private static String tsp(String file, String dataFile) throws Exception {
    TimeStampToken token = new TimeStampToken(new CMSSignedData(der(file)));
    X509CertificateHolder signer = (X509CertificateHolder) token.getCertificates().getMatches(token.getSID())
        .iterator().next();
    // Signature, messageDigest, signing-certificate attribute, and the purpose: critical and alone.
    token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(signer));
    require(token.getTimeStampInfo().getMessageImprintAlgOID().equals(GMObjectIdentifiers.sm3), "not an SM3 imprint");
    require(Arrays.equals(token.getTimeStampInfo().getMessageImprintDigest(), sm3(Files.readAllBytes(Path.of(dataFile)))),
        "the imprint is of other data");
    return "stamped at " + token.getTimeStampInfo().getGenTime().toInstant() + " by " + signer.getSubject();
  }

  private static byte[] sm3(byte[] data) throws Exception {
    return java.security.MessageDigest.getInstance("SM3", "BC").digest(data);
  }

  // Both identifier families by hand: Bouncy Castle itself knows only those of CMS, which it judges too.
  private static String cms(String file, String dataFile) throws Exception {
    ContentInfoParts info = new ContentInfoParts(der(file));
    boolean gm = info.type.equals(GM + "2");
    require(gm || info.type.equals(PKCSObjectIdentifiers.signedData.getId()), "not a SignedData: " + info.type);
    org.bouncycastle.asn1.cms.SignedData data = org.bouncycastle.asn1.cms.SignedData.getInstance(info.content);
    byte[] content = data.getEncapContentInfo().getContent() == null ? null
        : ASN1OctetString.getInstance(data.getEncapContentInfo().getContent()).getOctets();
    require(content != null || dataFile != null, "detached, and no data given");
    if (dataFile != null) {
      byte[] given = Files.readAllBytes(Path.of(dataFile));
      require(content == null || Arrays.equals(content, given), "the content inside is other data");
      content = given;
    }
    require(data.getSignerInfos().size() >= 1, "nobody signed");
    StringBuilder signers = new StringBuilder();
    for (ASN1Encodable one : data.getSignerInfos()) {
      signers.append(' ').append(signer(SignerInfo.getInstance(one), data, content, gm).getSubject());
    }
    if (!gm) {
      judgeWithCms(der(file), content);
    }
    return (gm ? "GB/T 35275" : "CMS") + (data.getEncapContentInfo().getContent() == null ? " detached" : " attached")
        + " signed by" + signers;
  }

  private static void judgeWithCms(byte[] message, byte[] content) throws Exception {
    CMSSignedData parsed = new CMSSignedData(message);
    if (parsed.getSignedContent() == null) {
      parsed = new CMSSignedData(new CMSProcessableByteArray(content), message);
    }
    for (SignerInformation signer : parsed.getSignerInfos()) {
      X509CertificateHolder certificate =
          (X509CertificateHolder) parsed.getCertificates().getMatches(signer.getSID()).iterator().next();
      require(signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(certificate)),
          "Bouncy Castle's own CMS does not verify it");
    }
  }

  private static X509CertificateHolder signer(SignerInfo signer, org.bouncycastle.asn1.cms.SignedData data,
      byte[] content, boolean gm) throws Exception {
    org.bouncycastle.asn1.cms.IssuerAndSerialNumber id =
        org.bouncycastle.asn1.cms.IssuerAndSerialNumber.getInstance(signer.getSID().getId());
    X509CertificateHolder certificate = null;
    for (ASN1Encodable one : data.getCertificates()) {
      X509CertificateHolder candidate = new X509CertificateHolder(one.toASN1Primitive().getEncoded());
      if (candidate.getIssuer().equals(id.getName())
          && candidate.getSerialNumber().equals(id.getSerialNumber().getValue())) {
        certificate = candidate;
      }
    }
    require(certificate != null, "the signer's certificate is missing");
    require(signer.getDigestAlgorithm().getAlgorithm().equals(GMObjectIdentifiers.sm3), "not an SM3 digest");
    ASN1ObjectIdentifier algorithm = signer.getDigestEncryptionAlgorithm().getAlgorithm();
    require(algorithm.equals(gm ? GMObjectIdentifiers.sm2sign : GMObjectIdentifiers.sm2sign_with_sm3),
        "signature algorithm " + algorithm);
    byte[] signed = content;
    if (signer.getAuthenticatedAttributes() != null) {
      AttributeTable attributes = new AttributeTable(signer.getAuthenticatedAttributes());
      byte[] digest = ASN1OctetString.getInstance(
          attributes.get(PKCSObjectIdentifiers.pkcs_9_at_messageDigest).getAttrValues().getObjectAt(0)).getOctets();
      require(Arrays.equals(digest, sm3(content)), "messageDigest is not the digest of the content");
      require(attributes.get(PKCSObjectIdentifiers.pkcs_9_at_contentType).getAttrValues().getObjectAt(0)
          .equals(data.getEncapContentInfo().getContentType()), "another content type was signed");
      signed = new DERSet(signer.getAuthenticatedAttributes().toArray()).getEncoded("DER");
    }
    Signature verify = Signature.getInstance("SM3withSM2", "BC");
    verify.initVerify(new JcaX509CertificateConverter().setProvider("BC").getCertificate(certificate).getPublicKey());
    verify.update(signed);
    require(verify.verify(signer.getEncryptedDigest().getOctets()), "the signature does not hold");
    return certificate;
  }

  private static class ContentInfoParts {
    final String type;
    final ASN1Encodable content;

    ContentInfoParts(byte[] der) throws Exception {
      ASN1Sequence info = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der));
      type = ASN1ObjectIdentifier.getInstance(info.getObjectAt(0)).getId();
      content = ((ASN1TaggedObject) info.getObjectAt(1)).getExplicitBaseObject();
    }
  }

  private static PrivateKey key(String file) throws Exception {
    return KeyFactory.getInstance("EC", "BC").generatePrivate(new PKCS8EncodedKeySpec(der(file)));
  }

  private static String enveloped(String file, String keyFile, String plainFile) throws Exception {
    ContentInfoParts info = new ContentInfoParts(der(file));
    boolean gm = info.type.equals(GM + "3");
    require(gm || info.type.equals(PKCSObjectIdentifiers.envelopedData.getId()), "not an EnvelopedData: " + info.type);
    ASN1Sequence data = ASN1Sequence.getInstance(info.content);
    ASN1Sequence content = ASN1Sequence.getInstance(data.getObjectAt(2));
    ASN1Sequence algorithm = ASN1Sequence.getInstance(content.getObjectAt(1));
    require(algorithm.getObjectAt(0).equals(GMObjectIdentifiers.sms4_cbc), "content is not under SM4-CBC");
    byte[] iv = ASN1OctetString.getInstance(algorithm.getObjectAt(1)).getOctets();
    byte[] encrypted = ASN1OctetString.getInstance((ASN1TaggedObject) content.getObjectAt(2), false).getOctets();
    ECPrivateKeyParameters ours = (ECPrivateKeyParameters) PrivateKeyFactory.createKey(key(keyFile).getEncoded());
    byte[] plain = Files.readAllBytes(Path.of(plainFile));
    for (ASN1Encodable recipient : ASN1Set.getInstance(data.getObjectAt(1))) {
      ASN1Sequence sealed = ASN1Sequence.getInstance(
          ASN1OctetString.getInstance(ASN1Sequence.getInstance(recipient).getObjectAt(3)).getOctets());
      byte[] raw = new byte[97 + ASN1OctetString.getInstance(sealed.getObjectAt(3)).getOctets().length];
      raw[0] = 4;
      for (int i = 0; i < 2; i++) {
        byte[] number = ASN1Integer.getInstance(sealed.getObjectAt(i)).getPositiveValue().toByteArray();
        int skip = Math.max(0, number.length - 32);
        System.arraycopy(number, skip, raw, 1 + 32 * i + 32 - (number.length - skip), number.length - skip);
      }
      System.arraycopy(ASN1OctetString.getInstance(sealed.getObjectAt(2)).getOctets(), 0, raw, 65, 32);
      System.arraycopy(ASN1OctetString.getInstance(sealed.getObjectAt(3)).getOctets(), 0, raw, 97, raw.length - 97);
      try {
        SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
        engine.init(false, ours);
        Cipher cipher = Cipher.getInstance("SM4/CBC/PKCS5Padding", "BC");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(engine.processBlock(raw, 0, raw.length), "SM4"),
            new IvParameterSpec(iv));
        require(Arrays.equals(cipher.doFinal(encrypted), plain), "it opens to other content");
        return (gm ? "GB/T 35275" : "CMS") + " envelope of " + plain.length + " bytes opened";
      } catch (org.bouncycastle.crypto.InvalidCipherTextException notForUs) {
        continue;
      }
    }
    throw new Bad("no recipient's key opens with this private key");
  }

  private static String csr(String file) throws Exception {
    org.bouncycastle.pkcs.PKCS10CertificationRequest request =
        new org.bouncycastle.pkcs.PKCS10CertificationRequest(der(file));
    require(request.isSignatureValid(
        new JcaContentVerifierProviderBuilder().setProvider("BC").build(request.getSubjectPublicKeyInfo())),
        "the request's own key does not verify it");
    return request.getSubject().toString();
  }

  // ---- what we are to read ----

  private static KeyPair freshKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "BC");
    generator.initialize(new ECGenParameterSpec("sm2p256v1"));
    return generator.generateKeyPair();
  }

  private static X509CertificateHolder selfSigned(KeyPair key, String name, KeyPurposeId purpose) throws Exception {
    X500Name subject = new X500Name(name);
    Date from = new Date(System.currentTimeMillis() - 86400000L);
    X509v3CertificateBuilder builder = new X509v3CertificateBuilder(subject, BigInteger.valueOf(77), from,
        new Date(from.getTime() + 30 * 86400000L), subject,
        SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded()));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(Extension.keyUsage, true,
        new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign));
    if (purpose != null) {
      builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
    }
    return builder.build(new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(key.getPrivate()));
  }

  private static void write(Path folder, String name, byte[] bytes) throws Exception {
    try (FileOutputStream out = new FileOutputStream(folder.resolve(name).toFile())) {
      out.write(bytes);
    }
  }

  private static String makeCertificate(Path folder) throws Exception {
    KeyPair key = freshKey();
    X509CertificateHolder certificate = selfSigned(key, "C=CN,O=Bouncy Castle,CN=bc root", null);
    write(folder, "bc_certificate.der", certificate.getEncoded());
    write(folder, "bc_key.p8", key.getPrivate().getEncoded());
    write(folder, "bc_request.der", new org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder(
        certificate.getSubject(), certificate.getSubjectPublicKeyInfo())
        .build(new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(key.getPrivate())).getEncoded());
    org.bouncycastle.cert.X509v2CRLBuilder list =
        new org.bouncycastle.cert.X509v2CRLBuilder(certificate.getSubject(), new Date());
    list.setNextUpdate(new Date(System.currentTimeMillis() + 86400000L));
    list.addCRLEntry(BigInteger.valueOf(0x1234), new Date(), CRLReason.certificateHold);
    list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(5)));
    write(folder, "bc_list.der",
        list.build(new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(key.getPrivate())).getEncoded());
    return "certificate, key, request and list";
  }

  private static org.bouncycastle.cms.SignerInfoGenerator signerOf(KeyPair key, X509CertificateHolder certificate)
      throws Exception {
    return new org.bouncycastle.cms.SignerInfoGeneratorBuilder(
        new JcaDigestCalculatorProviderBuilder().setProvider("BC").build())
        .build(new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(key.getPrivate()), certificate);
  }

  private static String makeCms(String dataFile, Path folder) throws Exception {
    KeyPair key = freshKey();
    X509CertificateHolder certificate = selfSigned(key, "C=CN,CN=bc signer", null);
    CMSProcessableByteArray data = new CMSProcessableByteArray(Files.readAllBytes(Path.of(dataFile)));
    for (boolean attached : new boolean[] {true, false}) {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addSignerInfoGenerator(signerOf(key, certificate));
      generator.addCertificate(certificate);
      write(folder, attached ? "bc_attached.p7" : "bc_detached.p7", generator.generate(data, attached).getEncoded("DER"));
    }
    return "attached and detached";
  }

  private static String makeTsp(String dataFile, Path folder) throws Exception {
    KeyPair key = freshKey();
    X509CertificateHolder certificate = selfSigned(key, "C=CN,CN=bc tsa", KeyPurposeId.id_kp_timeStamping);
    org.bouncycastle.tsp.TimeStampTokenGenerator generator = new org.bouncycastle.tsp.TimeStampTokenGenerator(
        signerOf(key, certificate), new JcaDigestCalculatorProviderBuilder().setProvider("BC").build()
            .get(new AlgorithmIdentifier(org.bouncycastle.asn1.nist.NISTObjectIdentifiers.id_sha256)),
        new ASN1ObjectIdentifier("1.2.3.4.5"));
    generator.addCertificates(new org.bouncycastle.util.CollectionStore<>(List.of(certificate)));
    TimeStampRequestGenerator ask = new TimeStampRequestGenerator();
    ask.setCertReq(true);
    TimeStampRequest request = ask.generate(GMObjectIdentifiers.sm3, sm3(Files.readAllBytes(Path.of(dataFile))),
        new BigInteger(64, new SecureRandom()));
    write(folder, "bc_request.tsq", request.getEncoded());
    write(folder, "bc_token.tst", generator.generate(request, BigInteger.valueOf(9), new Date()).getEncoded());
    return "request and token";
  }
}
